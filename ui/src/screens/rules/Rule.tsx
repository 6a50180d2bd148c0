// The screen "Rule".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Rule() {
  return (
    <Page title="Rule">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
