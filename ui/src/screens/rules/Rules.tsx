// The screen "Rules".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Rules() {
  return (
    <Page title="Rules">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
