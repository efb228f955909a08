// The only store: bundles, queues and tables. The names are those of functions/Storage/StorageNames.cs; a test compares them.

import { textByName } from 'types.bicep'

@description('Required. Name of the storage account.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags textByName

@description('Required. How often data is kept, and where.')
param redundancy 'Standard_LRS' | 'Standard_ZRS' | 'Standard_GRS' | 'Standard_GZRS' | 'Standard_RAGRS' | 'Standard_RAGZRS'

@description('Required. Whether the account is reached through private endpoints alone.')
param isPrivate bool

@description('Required. For how many days what was deleted or overwritten can be brought back.')
param recoveryDays int

@description('Required. After how many days refused bundles are deleted.')
param quarantineDays int

var deploymentContainer = 'deployments'
var containers = ['uploads', 'quarantine', 'bundles', 'files', deploymentContainer]
var triggerQueues = ['failure-reports', 'device-events', 'device-errors', 'recoveries', 'deliveries', 'decided-uploads']

// Twins are made here and not by the host, so that they can be watched from the first day.
var queues = concat(triggerQueues, map(triggerQueues, queue => '${queue}-poison'), ['webjobs-blobtrigger-poison', 'deliveries-dead'])

var tables = ['Catalog', 'Outcomes', 'ChannelOverrides', 'FileSignatures', 'KeyDevices', 'DeviceKeys', 'NetworkDevices', 'ErrorGroups', 'GoneEndpoints', 'TokenUses', 'Usage', 'ActiveDevices']

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  // Event Grid needs this kind.
  kind: 'StorageV2'
  sku: {
    name: redundancy
  }
  properties: {
    accessTier: 'Hot'
    // Nobody can hold a key to everything: whoever comes, comes with an identity and a role.
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      // Without the bypass Event Grid cannot read the account's events.
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource blobService 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    // Immutability of single seals needs versions.
    isVersioningEnabled: true
    deleteRetentionPolicy: {
      enabled: true
      days: recoveryDays
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: recoveryDays
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for container in containers: {
    parent: blobService
    name: container
    properties: {
      publicAccess: 'None'
    }
  }
]

// The server puts each seal under a policy of its own, as long as Seals:ImmutabilityDays; this makes the container take them.
resource seals 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobService
  name: 'seals'
  properties: {
    publicAccess: 'None'
    immutableStorageWithVersioning: {
      enabled: true
    }
  }
}

resource queueService 'Microsoft.Storage/storageAccounts/queueServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-06-01' = [
  for queue in queues: {
    parent: queueService
    name: queue
  }
]

resource tableService 'Microsoft.Storage/storageAccounts/tableServices@2025-06-01' = {
  parent: account
  name: 'default'
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2025-06-01' = [
  for table in tables: {
    parent: tableService
    name: table
  }
]

// Bundles and files are never deleted by age: a channel may go back to any release.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  dependsOn: [blobService]
  properties: {
    policy: {
      rules: [
        {
          name: 'refused-bundles'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['quarantine/']
            }
            actions: {
              baseBlob: {
                delete: {
                  daysAfterModificationGreaterThan: quarantineDays
                }
              }
            }
          }
        }
        {
          // Seals are left out: their versions are evidence.
          name: 'overwritten-blobs'
          enabled: true
          type: 'Lifecycle'
          definition: {
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: concat(map(containers, container => '${container}/'), ['azure-webjobs-'])
            }
            actions: {
              version: {
                delete: {
                  daysAfterCreationGreaterThan: recoveryDays
                }
              }
            }
          }
        }
      ]
    }
  }
}

output name string = account.name
output resourceId string = account.id
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
output tableEndpoint string = account.properties.primaryEndpoints.table
output deploymentContainerUri string = '${account.properties.primaryEndpoints.blob}${deploymentContainer}'
