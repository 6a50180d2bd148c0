// The screen "Reports".
import { Page } from "../../parts/Page";
import { Empty } from "../../parts/states";

export function Reports() {
  return (
    <Page title="Reports">
      <Empty title="Nothing is shown here" />
    </Page>
  );
}
