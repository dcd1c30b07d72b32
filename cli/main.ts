#!/usr/bin/env node
import { Command } from "commander";
import { addCheck } from "./commands/check";
import { addDiff } from "./commands/diff";
import { addDivergences } from "./commands/divergences";
import { addExplain } from "./commands/explain";
import { addExposure } from "./commands/exposure";
import { addList } from "./commands/list";
import { addMatrix } from "./commands/matrix";
import { addSuggest } from "./commands/suggest";
import { addRules } from "./commands/rules";
import { addBaseline } from "./commands/baseline";
import { addSuppressions } from "./commands/suppressions";
import { addComment } from "./commands/comment";
import { addInit } from "./commands/init";
import { addCompletion } from "./commands/completion";
import { allowClosedPipe, parse } from "./terminal";
import { version } from "./version";

const description =
  "Says exactly who reaches whom under NetworkPolicies, and why: from synthesized stacks, a Terraform plan or state, manifests or a live cluster. What a change opens and closes, and whether that may pass.";

/** The `netpol` command line. */
function program(): Command {
  const netpol = new Command("netpol").description(description).version(version, "-V, --version").showHelpAfterError("(see --help)");
  addCheck(netpol);
  addDiff(netpol);
  addExplain(netpol);
  addList(netpol);
  addMatrix(netpol);
  addExposure(netpol);
  addDivergences(netpol);
  addSuggest(netpol);
  addRules(netpol);
  addBaseline(netpol);
  addSuppressions(netpol);
  addComment(netpol);
  addInit(netpol);
  addCompletion(netpol);
  return netpol;
}

allowClosedPipe();
void parse(program());
