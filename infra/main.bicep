// Everything but the code and the subscription to uploads, which needs the code: see subscription.bicep.
// Deployed to a resource group of its own, by deploy.sh or by hand. What was deployed before is left as it is where nothing has changed.

import { clientCertificateMode, frontDoorTier, publisher, resourceNames, signingKey, textByName } from 'modules/types.bicep'

targetScope = 'resourceGroup'

@description('Optional. Base of all names.')
@minLength(3)
@maxLength(12)
param name string = 'updates'

@description('Optional. Names of single resources, where the base will not do.')
param names resourceNames = {}

@description('Optional. Region of everything that has one.')
param location string = resourceGroup().location

@description('Optional. Tags of everything.')
param tags textByName = {}

@description('Optional. Keys that sign releases. To change the key of an app, add one; see the key ceremony in README.md.')
@minLength(1)
param signingKeys signingKey[] = [{ name: 'updates' }]

@description('Optional. Versions that sign already, by key. deploy.sh takes them from the app, so that a new version in the vault changes nothing.')
param keyVersions textByName = {}

@description('Optional. ISO 8601 duration after which a key that is made now expires. An expired key signs nothing.')
param keyLifetime string = 'P3Y'

@description('Optional. Secret behind the devices\' pseudonyms, 32 random bytes in base64: on the first deployment, which deploy.sh sees, and never again.')
@secure()
param pepper string = ''

@description('Optional. How often data is kept, and where.')
param redundancy 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' | 'Standard_RAGRS' | 'Standard_RAGZRS' = 'Standard_ZRS'

@description('Optional. For how many days deleted and overwritten blobs can be brought back.')
@minValue(1)
@maxValue(365)
param recoveryDays int = 14

@description('Optional. After how many days refused bundles are deleted.')
@minValue(1)
param quarantineDays int = 90

@description('Optional. For how many days a seal of the ledger can be neither changed nor removed.')
@minValue(1)
@maxValue(36500)
param sealDays int = 365

@description('Optional. Whether nobody, the owner of the account included, can shorten that. It cannot be undone.')
param sealsLocked bool = false

@description('Optional. For how many days logs and metrics are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Optional. Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Optional. Most instances: what an attack can cost at most.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Optional. Instances that are always there, so that no device waits for one to start.')
@minValue(0)
param alwaysReadyInstances int = 0

@description('Optional. Whether instances are spread over the zones of the region.')
param zoneRedundant bool = false

@description('Optional. Whether clients are asked for certificates. `Required` leaves out what Event Grid calls; a Front Door in between passes none on.')
param clientCertificates clientCertificateMode = 'Off'

@description('Optional. Settings of the server, `__` for `:`. A secret is a reference: `@Microsoft.KeyVault(SecretUri=…)`.')
param settings textByName = {}

@description('Optional. Who may drop bundles and read why they were refused.')
param publishers publisher[] = []

@description('Optional. Addresses that alerts are sent to.')
param alertEmails string[] = []

@description('Optional. Resource ids of action groups that are told as well.')
param actionGroupIds string[] = []

@description('Optional. A Front Door before the app and the downloads. The app then takes requests from it alone.')
param frontDoor frontDoorTier = 'Off'

@description('Optional. Networks of Front Doors, the service tag AzureFrontDoor.Backend, separated by commas: behind them the server sees who asks. deploy.sh looks them up.')
param frontDoorNetworks string = ''

@description('Optional. Whether storage and vault are reached by private endpoints alone. Needs `frontDoor` Premium, or devices could not download.')
param privateEndpoints bool = false

@description('Optional. Addresses of the network for private endpoints, at least a /25.')
param networkPrefix string = '10.71.0.0/24'

var isPrivate = privateEndpoints && frontDoor != 'Premium'
  ? fail('privateEndpoints needs frontDoor Premium: devices download from the storage account, and only its private link reaches it then.')
  : privateEndpoints
var hasFrontDoor = frontDoor != 'Off'
var pepperName = 'device-pepper'

// Names that are unique in Azure, and the same at every deployment to the same group.
var suffix = take(uniqueString(resourceGroup().id), 8)
var chosen = {
  identity: names.?identity ?? 'id-${name}'
  workspace: names.?workspace ?? 'log-${name}'
  insights: names.?insights ?? 'appi-${name}'
  storageAccount: names.?storageAccount ?? toLower('st${replace(name, '-', '')}${suffix}')
  vault: names.?vault ?? 'kv-${name}-${suffix}'
  plan: names.?plan ?? 'plan-${name}'
  app: names.?app ?? 'func-${name}-${suffix}'
  frontDoor: names.?frontDoor ?? 'afd-${name}-${suffix}'
  network: names.?network ?? 'vnet-${name}'
}

module identity 'modules/identity.bicep' = {
  params: {
    name: chosen.identity
    location: location
    tags: tags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: chosen.workspace
    insightsName: chosen.insights
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module storage 'modules/storage.bicep' = {
  params: {
    name: chosen.storageAccount
    location: location
    tags: tags
    redundancy: redundancy
    isPrivate: isPrivate
    recoveryDays: recoveryDays
    quarantineDays: quarantineDays
  }
}

module vault 'modules/vault.bicep' = {
  params: {
    name: chosen.vault
    location: location
    tags: tags
    keys: [for key in signingKeys: { name: key.name, version: key.?version ?? keyVersions[?key.name] }]
    keyLifetime: keyLifetime
    pepperName: pepperName
    pepper: pepper
    isPrivate: isPrivate
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'modules/roles.bicep' = {
  dependsOn: [monitoring, storage, vault]
  params: {
    principalId: identity.outputs.principalId
    storageAccountName: chosen.storageAccount
    vaultName: chosen.vault
    keyNames: map(signingKeys, key => key.name)
    pepperName: pepperName
    insightsName: chosen.insights
    publishers: publishers
  }
}

module network 'modules/network.bicep' = if (isPrivate) {
  params: {
    name: chosen.network
    location: location
    tags: tags
    addressPrefix: networkPrefix
    storageAccountId: storage.outputs.resourceId
    vaultId: vault.outputs.resourceId
  }
}

module door 'modules/frontDoor.bicep' = if (hasFrontDoor) {
  params: {
    name: chosen.frontDoor
    tags: tags
    tier: frontDoor == 'Premium' ? 'Premium' : 'Standard'
  }
}

var identitySettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  AzureWebJobsStorage__blobServiceUri: storage.outputs.blobEndpoint
  AzureWebJobsStorage__queueServiceUri: storage.outputs.queueEndpoint
  AzureWebJobsStorage__tableServiceUri: storage.outputs.tableEndpoint
  APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.insightsConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
  // Else the platform's own page answers at /, and not the console.
  AzureWebJobsDisableHomepage: 'true'
  Signing__Custodian: 'keyvault'
  Signing__KeyVault__VaultUri: vault.outputs.uri
  Signing__KeyVault__KeyName: join(vault.outputs.keyNames, ',')
  Signing__KeyVault__KeyVersion: join(vault.outputs.keyVersions, ',')
  Signing__KeyVault__ClientId: identity.outputs.clientId
  Signing__Pepper: '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/${pepperName})'
  Seals__ImmutabilityDays: string(sealDays)
  Seals__Locked: string(sealsLocked)
}

// Where the Front Door is not known to the server, its networks stand for all devices: a limit would hold for all of them together.
var unlimitedNetworks = {
  Evidence__MaxNewDevicesPerNetwork: '8192'
  Limits__RequestsPerNetwork: '10000000'
  Limits__EventsPerNetwork: '10000000'
  Limits__OffersPerNetwork: '10000000'
  Limits__ChannelCallsPerNetwork: '10000000'
}

var frontDoorSettings = hasFrontDoor
  ? {
      Downloads__BaseUrl: door!.outputs.url
      SyntheticDevices__BaseUrl: door!.outputs.url
      ...(empty(frontDoorNetworks) ? unlimitedNetworks : { Transport__TrustedProxies: frontDoorNetworks })
    }
  : {}

module app 'modules/functionApp.bicep' = {
  // The app reads its keys and its storage when it starts.
  dependsOn: [roles]
  params: {
    planName: chosen.plan
    name: chosen.app
    location: location
    tags: tags
    identityId: identity.outputs.resourceId
    settings: union(identitySettings, frontDoorSettings, settings)
    deploymentContainerUri: storage.outputs.deploymentContainerUri
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    zoneRedundant: zoneRedundant
    clientCertificates: clientCertificates
    frontDoorId: hasFrontDoor ? door!.outputs.frontDoorId : ''
    subnetId: isPrivate ? network!.outputs.appSubnetId : ''
  }
}

module doorRoutes 'modules/frontDoorRoutes.bicep' = if (hasFrontDoor) {
  params: {
    profileName: door!.outputs.profileName
    endpointName: door!.outputs.endpointName
    appHostName: app.outputs.hostName
    storageAccountId: storage.outputs.resourceId
    blobHostName: split(storage.outputs.blobEndpoint, '/')[2]
    location: location
    isPrivate: isPrivate
  }
}

module alerts 'modules/alerts.bicep' = {
  params: {
    name: name
    location: location
    tags: tags
    emails: alertEmails
    actionGroupIds: actionGroupIds
    insightsId: monitoring.outputs.insightsId
    workspaceId: monitoring.outputs.workspaceId
    clientId: identity.outputs.clientId
  }
}

module events 'modules/events.bicep' = {
  params: {
    storageTopicName: 'evgt-${name}-storage'
    vaultTopicName: 'evgt-${name}-vault'
    location: location
    tags: tags
    storageAccountId: storage.outputs.resourceId
    vaultId: vault.outputs.resourceId
    actionGroupIds: alerts.outputs.actionGroupIds
  }
}

module workbook 'modules/workbook.bicep' = {
  params: {
    displayName: 'Updates (${name})'
    location: location
    tags: tags
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('The function app, for publishing the code.')
output appName string = app.outputs.name

@description('Where devices reach the server, without `/api`.')
output serviceUrl string = hasFrontDoor ? door!.outputs.url : 'https://${app.outputs.hostName}'

@description('The storage account, for dropping bundles.')
output storageAccountName string = storage.outputs.name

@description('The topic that subscription.bicep subscribes to.')
output storageTopicName string = events.outputs.storageTopicName

@description('The vault of the signing keys.')
output vaultName string = vault.outputs.name
