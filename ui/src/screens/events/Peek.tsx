// One event beside the list: enough to judge it, without leaving.
import { ActionIcon, Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { XIcon } from "../../parts/icons";
import { Severity, Tlp, words } from "../../parts/labels";
import { Answer } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { eventQuery } from "../event/api";
import { Diamond } from "../event/Diamond";
import { Facts } from "../event/Facts";
import { Sentences } from "../event/Sentences";
import classes from "./Peek.module.css";

export function Peek({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(eventQuery(id));
  return (
    <aside className={classes.peek} aria-label="The event in brief">
      <div className={classes.bar}>
        <Button component={Link} to={`/events/${id}` as never} variant="light">
          Open <kbd className={classes.key}>Enter</kbd>
        </Button>
        <ActionIcon
          variant="subtle"
          color="gray"
          size={28}
          aria-label="Close"
          aria-keyshortcuts="Escape"
          onClick={onClose}
        >
          <XIcon size={15} />
        </ActionIcon>
      </div>
      <Answer query={query}>
        {({ event, findings }) => (
          <div className={classes.body}>
            <div className={classes.labels}>
              <Severity value={event.severity} />
              <span className="soft">{words(event.category)}</span>
              <Tlp value={event.tlp} />
            </div>
            <h2 className={classes.title}>
              <Untrusted text={event.title} max={240} />
            </h2>
            <p className={classes.text}>
              <Untrusted text={event.description} max={900} />
            </p>
            <Facts event={event} />
            <Diamond diamond={event.diamond} small />
            <h3 className={classes.heading}>Why it was found</h3>
            <Sentences texts={event.because} />
            <h3 className={classes.heading}>What would make it wrong</h3>
            <Sentences texts={event.unless} />
            <p className="soft">
              {findings.length} {findings.length === 1 ? "finding" : "findings"} behind it; evidence and
              statistics are on its own page.
            </p>
          </div>
        )}
      </Answer>
    </aside>
  );
}
