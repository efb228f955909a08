// Optional: the address that devices use, before what stands behind it, because the app has to know it. Where it leads is in frontDoorRoutes.bicep.

import { textByName } from 'types.bicep'

@description('Required. Name of the profile and of the endpoint.')
param name string

@description('Required. Tags.')
param tags textByName

@description('Required. Premium reaches storage by a private link.')
param tier 'Standard' | 'Premium'

resource profile 'Microsoft.Cdn/profiles@2025-06-01' = {
  name: name
  location: 'global'
  tags: tags
  sku: {
    name: '${tier}_AzureFrontDoor'
  }
  properties: {
    // Longer than the platform lets a function answer.
    originResponseTimeoutSeconds: 240
  }

  resource endpoint 'afdEndpoints' = {
    name: name
    location: 'global'
    tags: tags
    properties: {
      enabledState: 'Enabled'
    }
  }
}

output profileName string = profile.name
output endpointName string = profile::endpoint.name
output frontDoorId string = profile.properties.frontDoorId
output url string = 'https://${profile::endpoint.properties.hostName}'
