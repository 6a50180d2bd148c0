// The screen "Behaviour".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Behaviour() {
  return (
    <Page title="Behaviour">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
