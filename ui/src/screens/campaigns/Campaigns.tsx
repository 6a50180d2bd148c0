// The screen "Campaigns".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Campaigns() {
  return (
    <Page title="Campaigns">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
