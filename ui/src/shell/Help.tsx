// All keys, and where to learn more. `?` opens it.
import { Modal } from "@mantine/core";
import classes from "./Help.module.css";
import { PLACES } from "./places";

const KEYS: { title: string; keys: [string, string][] }[] = [
  {
    title: "Anywhere",
    keys: [
      ["Ctrl K", "search everything, and do anything"],
      ["?", "this list"],
      ["/", "into the filter"],
      ["g, then a letter", "go to a screen, see the right"],
      ["[   ]", "back and forward"],
      ["Esc", "close what is on top"],
    ],
  },
  {
    title: "Lists",
    keys: [
      ["j  k", "down and up (↓ ↑)"],
      ["J  K", "twenty at once"],
      ["Home  End", "first and last"],
      ["Enter", "show beside the list; again, open"],
      ["o", "open"],
      ["x  X", "select; select up to here"],
      ["*", "select all that were read"],
      [".", "what can be done with a value"],
      ["u", "look up the other side"],
    ],
  },
  {
    title: "Judging",
    keys: [
      ["y", "true positive"],
      ["n", "false positive"],
      ["b", "benign true positive"],
      ["1 … 5", "why, after a verdict"],
      ["s", "suspicious, needs more"],
      ["e", "escalate to a case"],
      ["a  A", "assign; to me"],
      ["z", "undo"],
    ],
  },
  {
    title: "SQL",
    keys: [
      ["Ctrl Enter", "run"],
      ["Ctrl Space", "complete"],
    ],
  },
];

export function Help({ onClose }: { onClose: () => void }) {
  return (
    <Modal opened onClose={onClose} title="Keys" size={860} closeButtonProps={{ "aria-label": "Close" }}>
      <div className={classes.columns}>
        {KEYS.map((group) => (
          <Group key={group.title} title={group.title} keys={group.keys} />
        ))}
        <Group title="Go to" keys={PLACES.map((place) => [`g ${place.key}`, place.name])} />
      </div>
      <p className="soft">
        Single keys never act while you write. They can be switched off under Admin, My account.
      </p>
    </Modal>
  );
}

function Group({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <section className={classes.group}>
      <h2 className={classes.title}>{title}</h2>
      <dl className={classes.keys}>
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
