// The screen "Campaign".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Campaign() {
  return (
    <Page title="Campaign">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
