// The signing keys, in hardware, and the secret behind the devices' pseudonyms.

import { signingKey, textByName } from 'types.bicep'

@description('Required. Name of the vault.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags textByName

@description('Required. Keys that sign releases. They are made when they are missing, and never changed.')
param keys signingKey[]

@description('Required. ISO 8601 duration after which a key that is made now expires.')
param keyLifetime string

@description('Required. Name of the secret that holds the pepper.')
param pepperName string

@description('Required. The pepper, on the first deployment only; empty leaves the one that exists.')
@secure()
param pepper string

@description('Required. Whether the vault is reached through a private endpoint alone.')
param isPrivate bool

@description('Required. The workspace that keeps the audit log.')
param workspaceId string

@description('The time of the deployment; only keys that are made now expire by it.')
param now string = utcNow()

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      // Only Premium has an HSM.
      name: 'premium'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: isPrivate ? 'Deny' : 'Allow'
    }
  }
}

resource key 'Microsoft.KeyVault/vaults/keys@2025-05-01' = [
  for key in keys: {
    parent: vault
    name: key.name
    tags: tags
    properties: {
      kty: 'RSA-HSM'
      // The only size that devices open.
      keySize: 2048
      keyOps: ['sign', 'verify']
      attributes: {
        enabled: true
        exportable: false
        exp: dateTimeToEpoch(dateTimeAdd(now, keyLifetime))
      }
      rotationPolicy: {
        attributes: {
          expiryTime: keyLifetime
        }
        lifetimeActions: [
          {
            trigger: {
              timeBeforeExpiry: 'P90D'
            }
            action: {
              // Never `rotate`: the new version would sign releases with a key that is in no app yet.
              type: 'notify'
            }
          }
        ]
      }
    }
  }
]

resource pepperSecret 'Microsoft.KeyVault/vaults/secrets@2025-05-01' = if (!empty(pepper)) {
  parent: vault
  name: pepperName
  tags: tags
  properties: {
    value: pepper
    contentType: 'base64'
  }
}

// The version that knows category groups was never released as anything else.
#disable-next-line use-recent-api-versions
resource auditLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'audit'
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      {
        categoryGroup: 'audit'
        enabled: true
      }
    ]
  }
}

output name string = vault.name
output resourceId string = vault.id
output uri string = vault.properties.vaultUri
output keyNames string[] = [for (signing, i) in keys: signing.name]
output keyVersions string[] = [for (signing, i) in keys: signing.?version ?? last(split(key[i].properties.keyUriWithVersion, '/'))]
