// Five steps from an alert to a shared report, on the data that is there.
import { Button, Group } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, useRouterState } from "@tanstack/react-router";
import { createPortal } from "react-dom";
import { get } from "../api/client";
import type { Row } from "../api/types";
import classes from "./Tour.module.css";

interface Step {
  title: string;
  text: string;
  to: (event: string) => string;
  search?: Record<string, string>;
}

const STEPS: Step[] = [
  {
    title: "Find what matters",
    text: "This list is every threat event, and the filter above it narrows it: here, what is severe and nobody has looked at. Move with j and k; Enter shows an event beside the list.",
    to: () => "/events",
    search: { f: "severity:high state:new" },
  },
  {
    title: "Believe it, or not",
    text: "An event says why it was found, how often chance would do the same, and what would make it wrong. Its records are below, as columns and as they came.",
    to: (event) => `/events/${event}`,
  },
  {
    title: "Say what it is",
    text: "Press y for true positive, n for false positive, b for benign; a digit then says why, and z takes it back. Margay learns from what you say.",
    to: (event) => `/events/${event}`,
  },
  {
    title: "See what belongs together",
    text: "Events that share things which nobody else has make a campaign. It says what links them, and how sure that is.",
    to: () => "/campaigns",
  },
  {
    title: "Share it",
    text: "A report is made to be printed or kept as PDF; Export gives STIX that others can load. What is marked more strictly than the ceiling stays here.",
    to: (event) => `/reports/event/${event}`,
  },
];

/** Which step one is at; nothing is not on the tour. */
function useStep() {
  return useLocalStorage<number | null>({
    key: "margay.tour",
    defaultValue: null,
    getInitialValueInEffect: false,
  });
}

/** The button that begins the tour. */
export function Tour() {
  const [step, setStep] = useStep();
  if (step !== null) return null;
  return (
    <Button variant="default" onClick={() => setStep(0)}>
      Take the tour
    </Button>
  );
}

/** The card of the step one is at, over every screen. */
export function TourCard() {
  const [step, setStep] = useStep();
  const here = useRouterState({ select: (state) => state.location.pathname });
  const first = useQuery({
    queryKey: ["tour"],
    queryFn: () => get<{ items: Row[] }>("/events", { f: "severity:high", limit: 1 }),
    enabled: step !== null,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const current = step === null ? undefined : STEPS[step];
  if (step === null || !current) return null;
  const event = first.data?.items[0]?.id ?? "";
  const path = current.to(event);
  const missing = path.endsWith("/") && path !== "/";
  const atPlace = here === path;
  return createPortal(
    <section className={classes.card} aria-label={`Tour, step ${step + 1} of ${STEPS.length}`}>
      <div className={classes.count}>
        Step {step + 1} of {STEPS.length}
      </div>
      <h2 className={classes.title}>{current.title}</h2>
      <p>
        {missing
          ? "There is no severe event yet to show this with: run margay demo, or read telemetry of your own."
          : current.text}
      </p>
      <Group justify="space-between">
        <Button variant="subtle" onClick={() => setStep(null)}>
          Leave
        </Button>
        <Group gap={6}>
          {step > 0 && (
            <Button variant="default" onClick={() => setStep(step - 1)}>
              Back
            </Button>
          )}
          {!atPlace && !missing ? (
            <Button component={Link} to={path as never} search={(current.search ?? {}) as never}>
              Show me
            </Button>
          ) : (
            <Button onClick={() => setStep(step + 1 < STEPS.length ? step + 1 : null)}>
              {step + 1 < STEPS.length ? "Next" : "Done"}
            </Button>
          )}
        </Group>
      </Group>
    </section>,
    document.body,
  );
}
