// The screen "Overview".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Overview() {
  return (
    <Page title="Overview">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
