// The screen "Actors".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Actors() {
  return (
    <Page title="Actors">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
