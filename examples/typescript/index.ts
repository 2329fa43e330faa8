import * as applinks from "@pulumi/applinks";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const oauth = { level: "oauth", execute_as: "user" };

const link = new applinks.ApplicationLink("jira-wiki", {
    source: { url: config.require("jira_url"), credentials: "jira" },
    target: { url: config.require("wiki_url"), credentials: "wiki" },
    authentication: { outgoing: oauth, incoming: oauth },
});

export const status = link.status;
export const link_id = link.link_id;
export const reverse_link_id = link.reverse_link_id;
