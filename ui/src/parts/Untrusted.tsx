// Text out of logs, feeds and rules. Everything that we did not write ourselves is shown by this.
import { Fragment } from "react";
import { defang, pieces, shorten } from "./hostile";
import classes from "./Untrusted.module.css";

interface Shown {
  text: string | null | undefined;
  /** Characters at most; the middle of longer texts is left out, and the whole is in the tooltip. */
  max?: number;
  mono?: boolean;
  /** For indicators: broken so that nothing makes it a link. */
  defanged?: boolean;
  /** Line feeds are lines, as in a comment. */
  lines?: boolean;
}

/** A text that may be hostile: deceptive characters are named, and its direction stays inside of it. */
export function Untrusted({ text, max, mono = false, defanged = false, lines = false }: Shown) {
  const whole = text ?? "";
  const safe = defanged ? defang(whole) : whole;
  const shown = max ? shorten(safe, max) : safe;
  const title =
    shown === safe
      ? undefined
      : pieces(safe)
          .map((piece) => piece.text)
          .join("");
  const className = [mono && "mono", lines ? classes.lines : classes.text].filter(Boolean).join(" ");
  return (
    <bdi className={className} title={title}>
      {pieces(shown, lines).map((piece, index) =>
        piece.escaped ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other name
          <span key={index} className={classes.escaped} title="A character that is not seen as such">
            {piece.text}
          </span>
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text have no other name
          <Fragment key={index}>{piece.text}</Fragment>
        ),
      )}
    </bdi>
  );
}
