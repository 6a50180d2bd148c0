// Which time is looked at: a few usual ranges, or two instants; kept in the address as `t`.
import { Button, Group, Popover, Stack, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { CaretDownIcon, ClockIcon } from "../parts/icons";
import { parseInstant, rangeText, useRange } from "../url/range";

const USUAL: [string, string][] = [
  ["", "All time"],
  ["-1h", "Last hour"],
  ["-24h", "Last 24 hours"],
  ["-7d", "Last 7 days"],
  ["-30d", "Last 30 days"],
  ["-90d", "Last 90 days"],
];

export function RangePicker() {
  const [range, setRange] = useRange();
  const [open, setOpen] = useState(false);
  const choose = (text: string) => {
    setRange(text);
    setOpen(false);
  };
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus withinPortal returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<ClockIcon size={15} />}
          rightSection={<CaretDownIcon size={12} />}
          onClick={() => setOpen(!open)}
          aria-label={`Range of time: ${range.label}`}
        >
          {range.label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <Group align="flex-start" gap="lg" wrap="nowrap">
          <Stack gap={4}>
            {USUAL.map(([text, label]) => (
              <Button
                key={text}
                variant={range.text === text ? "light" : "subtle"}
                justify="flex-start"
                onClick={() => choose(text)}
              >
                {label}
              </Button>
            ))}
          </Stack>
          <Between key={range.text} since={range.since} until={range.until} choose={choose} />
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}

function Between({
  since,
  until,
  choose,
}: {
  since?: string;
  until?: string;
  choose: (text: string) => void;
}) {
  const [from, setFrom] = useState(since?.slice(0, 16).replace("T", " ") ?? "");
  const [to, setTo] = useState(until?.slice(0, 16).replace("T", " ") ?? "");
  const wrong = (text: string) => text.trim() !== "" && !parseInstant(text);
  const [start, end] = [parseInstant(from), parseInstant(to)];
  const reversed = start && end && start >= end;
  const submit = (form: FormEvent) => {
    form.preventDefault();
    if (!wrong(from) && !wrong(to) && !reversed) choose(rangeText(start, end));
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="xs" w={210}>
        <TextInput
          label="From (UTC)"
          placeholder="2026-01-05 08:00"
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          error={wrong(from) && "Write it as 2026-01-05 08:00"}
        />
        <TextInput
          label="To (UTC)"
          placeholder="now"
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={wrong(to) ? "Write it as 2026-01-05 08:00" : reversed ? "This is not after the start" : null}
        />
        <Button type="submit">Show this range</Button>
      </Stack>
    </form>
  );
}
