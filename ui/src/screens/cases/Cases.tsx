// The screen "Cases".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Cases() {
  return (
    <Page title="Cases">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
