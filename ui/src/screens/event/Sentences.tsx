// A few sentences that the engine made of evidence, one a line.
import { Untrusted } from "../../parts/Untrusted";
import classes from "./event.module.css";

export function Sentences({ texts, max = 600 }: { texts: string[]; max?: number }) {
  return (
    <ul className={classes.sentences}>
      {texts.map((text, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sentences have no other name
        <li key={index}>
          <Untrusted text={text} max={max} />
        </li>
      ))}
    </ul>
  );
}
