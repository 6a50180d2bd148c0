// The screen "Sources".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Sources() {
  return (
    <Page title="Sources">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
