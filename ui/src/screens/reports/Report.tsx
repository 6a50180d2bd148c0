// The screen "Report".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Report() {
  return (
    <Page title="Report">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
