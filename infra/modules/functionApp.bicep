// The plan and the app. Settings are those of the README's table; a test compares their names.

import { clientCertificateMode, textByName } from 'types.bicep'

@description('Required. Name of the plan.')
param planName string

@description('Required. Name of the app.')
param name string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags textByName

@description('Required. Resource id of the app identity.')
param identityId string

@description('Required. Settings of the app.')
param settings textByName

@description('Required. Container that the code is deployed to.')
param deploymentContainerUri string

@description('Required. Memory of an instance in MB.')
param instanceMemoryMB int

@description('Required. Most instances.')
param maximumInstanceCount int

@description('Required. Instances that are always there for HTTP.')
param alwaysReadyInstances int

@description('Required. Whether instances are spread over the zones of the region.')
param zoneRedundant bool

@description('Required. How clients are asked for certificates.')
param clientCertificates clientCertificateMode

@description('Required. Id of the Front Door through which alone devices come; empty where there is none.')
param frontDoorId string

@description('Required. Subnet that the app calls from; empty where there is no network.')
param subnetId string

// Event Grid calls the app itself and presents neither a certificate nor a Front Door.
var webhookPath = '/runtime'

var frontDoorOnly = [
  {
    name: 'front-door'
    priority: 100
    action: 'Allow'
    tag: 'ServiceTag'
    ipAddress: 'AzureFrontDoor.Backend'
    headers: {
      'x-azure-fdid': [frontDoorId]
    }
  }
  {
    name: 'event-grid'
    priority: 200
    action: 'Allow'
    tag: 'ServiceTag'
    ipAddress: 'AzureEventGrid'
  }
]

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    tier: 'FlexConsumption'
    name: 'FC1'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    clientCertEnabled: clientCertificates != 'Off'
    clientCertMode: clientCertificates == 'Required' ? 'Required' : 'Optional'
    clientCertExclusionPaths: clientCertificates == 'Required' ? webhookPath : null
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: empty(frontDoorId) ? 'Allow' : 'Deny'
      ipSecurityRestrictions: empty(frontDoorId) ? [] : frontDoorOnly
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : [
              {
                name: 'http'
                instanceCount: alwaysReadyInstances
              }
            ]
      }
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: settings
  }

  // Code is deployed by people and pipelines with an identity, never by a password.
  resource scmPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource ftpPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }
}

output name string = app.name
output resourceId string = app.id
output hostName string = app.properties.defaultHostName
