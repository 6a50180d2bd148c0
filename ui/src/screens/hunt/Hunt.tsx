// The screen "Hunt".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Hunt() {
  return (
    <Page title="Hunt">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
