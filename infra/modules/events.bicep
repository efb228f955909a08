// What happens in the storage account and the vault, as events. Who hears of uploads is in subscription.bicep, which needs the code.

import { textByName } from 'types.bicep'

@description('Required. Name of the topic of the storage account.')
param storageTopicName string

@description('Required. Name of the topic of the vault.')
param vaultTopicName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags textByName

@description('Required. Resource id of the storage account.')
param storageAccountId string

@description('Required. Resource id of the vault.')
param vaultId string

@description('Required. Who is told about keys.')
param actionGroupIds string[]

resource storageTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: storageTopicName
  location: location
  tags: tags
  properties: {
    source: storageAccountId
    topicType: 'Microsoft.Storage.StorageAccounts'
  }
}

resource vaultTopic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: vaultTopicName
  location: location
  tags: tags
  properties: {
    source: vaultId
    topicType: 'Microsoft.KeyVault.vaults'
  }

  resource keyAlert 'eventSubscriptions' = {
    name: 'signing-key'
    properties: {
      // The only schema that alerts take.
      eventDeliverySchema: 'CloudEventSchemaV1_0'
      filter: {
        includedEventTypes: [
          'Microsoft.KeyVault.KeyNearExpiry'
          'Microsoft.KeyVault.KeyExpired'
          // Nobody should make one: see the runbook.
          'Microsoft.KeyVault.KeyNewVersionCreated'
        ]
      }
      destination: {
        endpointType: 'MonitorAlert'
        properties: {
          severity: 'Sev1'
          description: 'A signing key is near expiry, has expired, or has a new version. See the runbook signing-key in infra/README.md.'
          actionGroups: actionGroupIds
        }
      }
    }
  }
}

output storageTopicName string = storageTopic.name
