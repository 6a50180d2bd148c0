// The screen "Events".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Events() {
  return (
    <Page title="Events">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
