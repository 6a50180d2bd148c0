// The screen "Indicators".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Indicators() {
  return (
    <Page title="Indicators">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
