// One line in which a filter is written: completion, and faults shown where they stand.
import { Combobox, TextInput, useCombobox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type RefObject, useEffect, useRef, useState } from "react";
import { get } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { FilterWords } from "../../api/types";
import { FunnelIcon } from "../../parts/icons";
import classes from "./FilterBar.module.css";
import { type Suggestion, suggest } from "./filter";

interface Bar {
  value: string;
  onChange: (text: string) => void;
  /** What the server said of the filter in force. */
  problem: Problem | null;
  inputRef: RefObject<HTMLInputElement | null>;
}

export function FilterBar({ value, onChange, problem, inputRef }: Bar) {
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(0);
  const wanted = useRef<number | null>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const known = useQuery({
    queryKey: ["events", "words"],
    queryFn: () => get<FilterWords>("/events/words"),
    staleTime: 300_000,
  });
  useEffect(() => setText(value), [value]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cursor goes where it belongs once the new text is there
  useEffect(() => {
    if (wanted.current !== null) inputRef.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  }, [text]);

  const suggestions = suggest(text, cursor, known.data);
  const take = (chosen: Suggestion) => {
    setText(chosen.text);
    setCursor(chosen.cursor);
    wanted.current = chosen.cursor;
    combobox.resetSelectedOption();
    if (chosen.text.endsWith(" ")) onChange(chosen.text.trim());
  };
  const place = problem?.code === "bad_filter" && text === value ? faultOf(problem, text) : null;
  return (
    <div className={classes.bar}>
      <Combobox
        store={combobox}
        onOptionSubmit={(index) => {
          const chosen = suggestions[Number(index)];
          if (chosen) take(chosen);
        }}
        position="bottom-start"
        width={420}
      >
        <Combobox.Target>
          <TextInput
            ref={inputRef}
            aria-label="Filter"
            aria-keyshortcuts="/"
            placeholder="severity:high state:new -technique:T1046 words of the title   ( / )"
            leftSection={<FunnelIcon size={15} />}
            classNames={{ input: classes.input ?? "" }}
            value={text}
            spellCheck={false}
            autoComplete="off"
            error={problem?.code === "bad_filter" && text === value}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setCursor(event.currentTarget.selectionStart ?? 0);
              combobox.openDropdown();
            }}
            onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? 0)}
            onFocus={() => combobox.openDropdown()}
            onBlur={() => {
              combobox.closeDropdown();
              if (text !== value) onChange(text.trim());
            }}
            onKeyDown={(event) => {
              if (event.key === "Enter" && combobox.getSelectedOptionIndex() < 0) {
                combobox.closeDropdown();
                onChange(text.trim());
              }
              if (event.key === "Escape") {
                combobox.closeDropdown();
                event.currentTarget.blur();
              }
            }}
          />
        </Combobox.Target>
        <Combobox.Dropdown hidden={suggestions.length === 0}>
          <Combobox.Options mah={320} style={{ overflowY: "auto" }} aria-label="Words of the filter">
            {suggestions.map((one, index) => (
              <Combobox.Option value={String(index)} key={one.label} className={classes.option ?? ""}>
                <span className="mono">{one.label}</span>
                <span className={classes.help}>{one.help}</span>
              </Combobox.Option>
            ))}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      {place && problem && (
        <p className={classes.fault} role="alert">
          <code>
            {place.before}
            <mark>{place.wrong || " "}</mark>
            {place.after}
          </code>{" "}
          {problem.message}
          {problem.hint && `; ${problem.hint}`}
        </p>
      )}
    </div>
  );
}

/** The filter in three parts, the middle one of which is wrong. */
function faultOf(problem: Problem, text: string) {
  const position = Number(problem.more.position ?? 0);
  const end = position + Math.max(1, Number(problem.more.length ?? 1));
  return { before: text.slice(0, position), wrong: text.slice(position, end), after: text.slice(end) };
}
