// The frame around every screen: bar, navigation, content. Nobody gets here without a session.
import { useQuery } from "@tanstack/react-query";
import { Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect } from "react";
import { Problem } from "../api/problem";
import { session } from "../api/session";
import { Failure, Loading } from "../parts/states";
import { Bar } from "./Bar";
import { Layers } from "./Layers";
import { Navigation } from "./Navigation";
import classes from "./Shell.module.css";

export function Shell() {
  const query = useQuery(session);
  const here = useRouterState({ select: (state) => state.location.href });
  if (query.isPending) return <Loading what="Opening Margay" />;
  if (query.error instanceof Problem && query.error.status === 401) {
    return <ToSignIn next={here === "/" ? undefined : here} />;
  }
  if (query.error) return <Failure error={query.error} retry={() => void query.refetch()} />;
  return (
    <Layers>
      <div className={classes.shell}>
        <a href="#content" className={classes.skip}>
          Skip to content
        </a>
        <Bar />
        <div className={classes.below}>
          <Navigation />
          <main id="content" className={classes.content} tabIndex={-1}>
            <Outlet />
          </main>
        </div>
      </div>
    </Layers>
  );
}

/** Once, and not at every drawing: what is asked for changes the address that it comes from. */
function ToSignIn({ next }: { next: string | undefined }) {
  const navigate = useNavigate();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address to come back to is the one that was asked for first
  useEffect(() => {
    void navigate({ to: "/sign-in", search: { next } as never, replace: true });
  }, []);
  return <Loading what="Opening Margay" />;
}
