// Alerts. Each has a runbook of the same name in infra/README.md; a test compares them, and the metrics and log lines with the code.

import { textByName } from 'types.bicep'

@description('Required. Base of the names.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags textByName

@description('Required. Addresses that alerts are sent to.')
param emails string[]

@description('Required. Action groups that exist already.')
param actionGroupIds string[]

@description('Required. Resource id of the Application Insights component.')
param insightsId string

@description('Required. Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Required. Client id of the app identity, the only one that signs.')
param clientId string

type alertRule = {
  @description('Its name, and that of its runbook.')
  name: string

  @description('0 for what is looked at in the night, 1 today, 2 this week.')
  severity: 0 | 1 | 2

  @description('What is wrong, in a sentence.')
  description: string

  @description('Where the query is asked: the component, or the workspace, where the vault writes.')
  scope: string

  @description('Finds rows only when something is wrong.')
  query: string

  @description('Between two looks.')
  every: 'PT5M' | 'PT15M'

  @description('How far each look goes back.')
  window: 'PT15M' | 'PT30M' | 'P1D'
}

var rules alertRule[] = [
  {
    name: 'unaccounted-signatures'
    severity: 0
    description: 'A ledger row says other signatures than its release carries.'
    scope: insightsId
    query: '''
customMetrics
| where name == 'updates.ledger.unaccounted_signatures'
| summarize unaccounted = sum(valueSum)
| where unaccounted > 0
'''
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'unsealable-ledger'
    severity: 0
    description: 'A ledger does not continue what was sealed of it.'
    scope: insightsId
    query: '''
customMetrics
| where name == 'updates.ledger.unsealable'
| summarize ledgers = sum(valueSum)
| where ledgers > 0
'''
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'vault-stranger'
    severity: 0
    description: 'Somebody else than the app has signed with a key of the vault.'
    scope: workspaceId
    query: format(
      '''
AZKVAuditLogs
| where OperationName == 'KeySign' and HttpStatusCode == 200
| where tostring(Identity.claim.appid) != '{0}'
''',
      clientId
    )
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'vault-refused'
    severity: 1
    description: 'The vault refused somebody who may not do what they tried.'
    scope: workspaceId
    query: '''
AZKVAuditLogs
| where HttpStatusCode == 403
'''
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'incident-opened'
    severity: 1
    description: 'A release is decided against, or is not what was published.'
    scope: insightsId
    query: '''
union
  (customMetrics | where name == 'updates.rollbacks' and valueSum > 0 | project timestamp),
  (traces | where message startswith 'Release ' and message has 'is not what was published' | project timestamp)
'''
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'incident-escalated'
    severity: 0
    description: 'A recovery did not succeed, and people have to look.'
    scope: insightsId
    query: '''
traces
| where message startswith 'The incident of ' and message has 'is Escalated'
'''
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'synthetic-device-failed'
    severity: 1
    description: 'A synthetic device was answered wrongly, or could not install what it was offered.'
    scope: insightsId
    query: '''
customMetrics
| where name == 'updates.probes' and tostring(customDimensions.outcome) in ('failed', 'unanswered')
| summarize failed = sum(valueSum)
| where failed > 0
'''
    every: 'PT15M'
    window: 'PT30M'
  }
  {
    name: 'synthetic-device-silent'
    severity: 0
    description: 'Synthetic devices, which come every ten minutes, have not been heard of for half an hour: the app is down or blind.'
    scope: insightsId
    query: '''
customMetrics
| where name == 'updates.probes'
| summarize heard = count(), lately = countif(timestamp > ago(30m))
| where heard > 0 and lately == 0
'''
    every: 'PT15M'
    window: 'P1D'
  }
  {
    name: 'not-signed'
    severity: 1
    description: 'A bundle is not published because no key signed it.'
    scope: insightsId
    query: '''
traces
| where message has 'is not published:'
'''
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'poison-queue'
    severity: 1
    description: 'A message or an upload was given up after its last attempt.'
    scope: insightsId
    query: '''
traces
| where message has 'Moving message to queue' and message has 'poison'
'''
    every: 'PT5M'
    window: 'PT15M'
  }
  {
    name: 'deliveries-dead'
    severity: 2
    description: 'A webhook or a push was given up.'
    scope: insightsId
    query: '''
customMetrics
| where name == 'updates.deliveries' and tostring(customDimensions.result) == 'dead'
| summarize dead = sum(valueSum)
| where dead > 0
'''
    every: 'PT15M'
    window: 'PT30M'
  }
  {
    name: 'error-rate'
    severity: 1
    description: 'More than one request in a hundred ends in an error of the server.'
    scope: insightsId
    query: '''
requests
| extend broken = toint(resultCode) >= 500 or (success == false and resultCode in ('', '0'))
| summarize total = sum(itemCount), broken = sumif(itemCount, broken)
| where total >= 100 and broken * 100 > total
'''
    every: 'PT5M'
    window: 'PT15M'
  }
]

var hasEmails = !empty(emails)

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (hasEmails) {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'updates'
    emailReceivers: [
      for (email, i) in emails: {
        name: 'email-${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

var told = concat(actionGroupIds, hasEmails ? [people.id] : [])

resource alert 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${name}-${rule.name}'
    location: location
    tags: tags
    properties: {
      displayName: rule.name
      description: '${rule.description} Runbook: infra/README.md, ${rule.name}.'
      severity: rule.severity
      enabled: true
      scopes: [rule.scope]
      evaluationFrequency: rule.every
      windowSize: rule.window
      // A new workspace has none of the tables before something was written.
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: told
      }
    }
  }
]

output actionGroupIds string[] = told
