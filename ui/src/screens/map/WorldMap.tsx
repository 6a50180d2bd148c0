// The screen "Map and flows".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function WorldMap() {
  return (
    <Page title="Map and flows">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
