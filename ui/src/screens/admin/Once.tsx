// Something that is shown once: a link or a key, with a way to copy it.
import { Alert } from "@mantine/core";
import { Copy } from "../../parts/Copy";

export function Once({
  title,
  text,
  note,
  onClose,
}: {
  title: string;
  text: string;
  note: string;
  onClose: () => void;
}) {
  return (
    <Alert
      color="eyeshine"
      title={title}
      withCloseButton
      onClose={onClose}
      closeButtonLabel="Close"
      mb="md"
      role="status"
    >
      <p style={{ overflowWrap: "anywhere", margin: "0 0 4px" }}>
        <span className="mono">{text}</span> <Copy value={text} what={title.toLowerCase()} exact />
      </p>
      {note}
    </Alert>
  );
}
