// Copies a value: defanged by a plain click, exactly as it is by a deliberate one (with Shift).
import { ActionIcon, Tooltip } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { defang } from "./hostile";
import { CheckIcon, CopyIcon } from "./icons";

export function Copy({
  value,
  what = "value",
  exact = false,
}: {
  value: string;
  what?: string;
  exact?: boolean;
}) {
  const clipboard = useClipboard({ timeout: 1500 });
  const hint = exact ? `Copy ${what}` : `Copy ${what} defanged; with Shift as it is`;
  return (
    <Tooltip label={clipboard.copied ? "Copied" : hint}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={hint}
        onClick={(click) => {
          click.stopPropagation();
          clipboard.copy(exact || click.shiftKey ? value : defang(value));
        }}
      >
        {clipboard.copied ? <CheckIcon size={14} /> : <CopyIcon size={14} />}
      </ActionIcon>
    </Tooltip>
  );
}
