// A report as paper: what is in it, how strictly it is marked, who made it and when. Printed by the browser.
import { Button } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { useSession } from "../../api/session";
import { plain } from "../../parts/hostile";
import { PrinterIcon } from "../../parts/icons";
import { Tlp } from "../../parts/labels";
import { Empty } from "../../parts/states";
import { Untrusted } from "../../parts/Untrusted";
import { Mark } from "../../theme/Mark";
import { formatTime, useZone, zoneName } from "../../url/zone";
import { CampaignReport } from "./CampaignReport";
import { CaseReport } from "./CaseReport";
import { EventReport } from "./EventReport";
import { PeriodReport } from "./PeriodReport";
import classes from "./reports.module.css";

export function Report() {
  const { kind, id } = useParams({ strict: false }) as { kind: string; id: string };
  if (kind === "event") return <EventReport id={id} />;
  if (kind === "campaign") return <CampaignReport id={id} />;
  if (kind === "case") return <CaseReport id={id} />;
  if (kind === "period") return <PeriodReport />;
  return (
    <Empty title="There is no such report">Reports are of an event, a campaign, a case or a period.</Empty>
  );
}

interface PaperProps {
  title: string;
  /** The strictest marking of what is in it. */
  tlp: string;
  children: ReactNode;
}

export function Paper({ title, tlp, children }: PaperProps) {
  const [zone] = useZone();
  const person = useSession()?.person.name ?? "";
  const [made] = useState(() => new Date());
  useEffect(() => {
    document.title = `${plain(title)} · Report · Margay`;
  }, [title]);
  return (
    <div className={classes.desk}>
      <div className={classes.tools}>
        <Button component={Link} to="/reports" variant="default">
          All reports
        </Button>
        <Button onClick={() => window.print()} leftSection={<PrinterIcon size={15} />}>
          Print or keep as PDF
        </Button>
      </div>
      <article className={classes.paper} data-mantine-color-scheme="light">
        <header className={classes.head}>
          <div className={classes.brand}>
            <Mark size={26} /> Margay
          </div>
          <Tlp value={tlp} />
        </header>
        <h1>
          <Untrusted text={title} max={240} />
        </h1>
        <p className={classes.made}>
          Made {formatTime(made, zone)} {zoneName(zone)} by <Untrusted text={person} max={60} />. Times are in{" "}
          {zoneName(zone)}; indicators are defanged.
        </p>
        {children}
        <footer className={classes.foot}>
          <Tlp value={tlp} />
          <span>{window.location.pathname}</span>
        </footer>
      </article>
    </div>
  );
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

const STRICTNESS = ["CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"];

/** The strictest of several markings; one that is not known is taken for the strictest. */
export function strictest(markings: string[]): string {
  const ranks = markings.map((one) => {
    const rank = STRICTNESS.indexOf(one.toUpperCase());
    return rank < 0 ? STRICTNESS.length - 1 : rank;
  });
  return STRICTNESS[Math.max(0, ...ranks)] ?? "RED";
}
