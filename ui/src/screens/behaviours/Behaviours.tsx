// The screen "Behaviours".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Behaviours() {
  return (
    <Page title="Behaviours">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
