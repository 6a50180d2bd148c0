// One box that understands anything: a place, a command, an address, a hash, a technique, words. Ctrl-K.
import { Modal, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { get } from "../api/client";
import type { SearchAnswer } from "../api/types";
import { MagnifyingGlassIcon } from "../parts/icons";
import { Untrusted } from "../parts/Untrusted";
import { type Choice, choicesOf, refang } from "./choices";
import classes from "./Palette.module.css";

/** Pause in typing after which the server is asked. */
const PAUSE_MS = 140;

export function Palette({ onClose, commands }: { onClose: () => void; commands: Choice[] }) {
  const [text, setText] = useState("");
  const [place, setPlace] = useState(0);
  const [asked] = useDebouncedValue(refang(text.trim()), PAUSE_MS);
  const navigate = useNavigate();
  const list = useId();
  const found = useQuery({
    queryKey: ["search", asked],
    queryFn: ({ signal }) => get<SearchAnswer>("/search", { q: asked }, signal),
    enabled: asked.length >= 2,
    placeholderData: keepPreviousData,
    retry: false,
  });
  const choices = choicesOf(text, asked.length >= 2 ? found.data : undefined, commands);
  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    onClose();
    if (choice.act) choice.act();
    else if (choice.to) void navigate({ to: choice.to as never, search: (choice.search ?? {}) as never });
  };
  const press = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setPlace((before) => (before + step + choices.length) % Math.max(1, choices.length));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      take(choices[place]);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      size={640}
      yOffset="10vh"
      padding={0}
      aria-label="Search and commands"
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        variant="unstyled"
        className={classes.input ?? ""}
        leftSection={<MagnifyingGlassIcon size={17} />}
        placeholder="Address, domain, hash, CVE, technique, actor, event, or words"
        aria-label="Search"
        role="combobox"
        aria-expanded
        aria-controls={list}
        aria-activedescendant={choices[place] ? `${list}-${place}` : undefined}
        value={text}
        spellCheck={false}
        autoComplete="off"
        data-autofocus
        onChange={(event) => {
          setText(event.currentTarget.value);
          setPlace(0);
        }}
        onKeyDown={press}
      />
      <div id={list} role="listbox" aria-label="Found" className={classes.list}>
        {choices.map((choice, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: arrows and Enter of the box above choose
          <div
            key={choice.id}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === place}
            className={classes.choice}
            onMouseMove={() => setPlace(index)}
            onClick={() => take(choice)}
          >
            <span className={classes.kind}>{choice.kind}</span>
            <span className={classes.title}>
              <Untrusted text={choice.title} max={90} />
            </span>
            <span className={classes.detail}>
              <Untrusted text={choice.detail} max={60} />
            </span>
          </div>
        ))}
      </div>
      {choices.length === 0 && (
        <p className={classes.none}>{found.isFetching ? "Looking …" : "Nothing is known of it."}</p>
      )}
      <p className={classes.foot}>
        <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> open · <kbd>Esc</kbd> close
      </p>
    </Modal>
  );
}
