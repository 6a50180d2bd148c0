// The screen "Actor".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Actor() {
  return (
    <Page title="Actor">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
