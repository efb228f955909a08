// Every right that anybody is given, each on the narrowest thing that it is needed on.

import { publisher } from 'types.bicep'

@description('Required. Object id of the app identity.')
param principalId string

@description('Required. Name of the storage account.')
param storageAccountName string

@description('Required. Name of the vault.')
param vaultName string

@description('Required. Names of the keys that the app signs with.')
param keyNames string[]

@description('Required. Name of the secret that holds the pepper.')
param pepperName string

@description('Required. Name of the Application Insights component.')
param insightsName string

@description('Required. Who may drop bundles.')
param publishers publisher[]

var roles = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  keyVaultCryptoUser: '12338af0-0e69-4776-bea7-57ae8d297424'
  keyVaultSecretsUser: '4633458b-17de-408a-874b-0445c86b69e6'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

// On the whole account, which holds nothing else: the Functions host makes containers, queues and tables of its own in it.
var storageRoles = [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageAccountName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource uploads 'containers' existing = {
      name: 'uploads'
    }

    resource quarantine 'containers' existing = {
      name: 'quarantine'
    }
  }
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName

  resource pepper 'secrets' existing = {
    name: pepperName
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2025-05-01' existing = [
  for name in keyNames: {
    parent: vault
    name: name
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource appOnStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in storageRoles: {
    scope: account
    name: guid(account.id, principalId, role)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

// On the key and not on the vault: the app signs with this key and sees no other.
resource appOnKey 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (name, i) in keyNames: {
    scope: key[i]
    name: guid(key[i].id, principalId, roles.keyVaultCryptoUser)
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultCryptoUser)
    }
  }
]

resource appOnPepper 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault::pepper
  name: guid(vault::pepper.id, principalId, roles.keyVaultSecretsUser)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.keyVaultSecretsUser)
  }
}

resource appOnInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, principalId, roles.monitoringMetricsPublisher)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
  }
}

resource publisherOnUploads 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for publisher in publishers: {
    scope: account::blobs::uploads
    name: guid(account::blobs::uploads.id, publisher.principalId, roles.storageBlobDataContributor)
    properties: {
      principalId: publisher.principalId
      principalType: publisher.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    }
  }
]

// To read why a bundle was refused.
resource publisherOnQuarantine 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for publisher in publishers: {
    scope: account::blobs::quarantine
    name: guid(account::blobs::quarantine.id, publisher.principalId, roles.storageBlobDataReader)
    properties: {
      principalId: publisher.principalId
      principalType: publisher.principalType
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataReader)
    }
  }
]
