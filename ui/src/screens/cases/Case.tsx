// The screen "Case".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Case() {
  return (
    <Page title="Case">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
