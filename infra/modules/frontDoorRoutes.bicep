// Where the Front Door leads: downloads to storage, everything else to the app.

@description('Required. Name of the profile.')
param profileName string

@description('Required. Name of its endpoint.')
param endpointName string

@description('Required. Host name of the app.')
param appHostName string

@description('Required. Resource id of the storage account.')
param storageAccountId string

@description('Required. Host name of its blob service.')
param blobHostName string

@description('Required. Region of the storage account.')
param location string

@description('Required. Whether storage is reached by a private link, which somebody has to approve once.')
param isPrivate bool

resource profile 'Microsoft.Cdn/profiles@2025-06-01' existing = {
  name: profileName

  resource endpoint 'afdEndpoints' existing = {
    name: endpointName
  }
}

// No health probes: with one origin each there is nothing to choose, and every point of presence would ask.
resource app 'Microsoft.Cdn/profiles/originGroups@2025-06-01' = {
  parent: profile
  name: 'app'
  properties: {
    loadBalancingSettings: {
      sampleSize: 4
      successfulSamplesRequired: 3
    }
  }

  resource origin 'origins' = {
    name: 'app'
    properties: {
      hostName: appHostName
      originHostHeader: appHostName
      enforceCertificateNameCheck: true
    }
  }
}

resource downloads 'Microsoft.Cdn/profiles/originGroups@2025-06-01' = {
  parent: profile
  name: 'downloads'
  properties: {
    loadBalancingSettings: {
      sampleSize: 4
      successfulSamplesRequired: 3
    }
  }

  resource origin 'origins' = {
    name: 'storage'
    properties: {
      hostName: blobHostName
      originHostHeader: blobHostName
      enforceCertificateNameCheck: true
      sharedPrivateLinkResource: isPrivate
        ? {
            privateLink: {
              id: storageAccountId
            }
            groupId: 'blob'
            privateLinkLocation: location
            requestMessage: 'Downloads of devices'
          }
        : null
    }
  }
}

resource downloadRoute 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-06-01' = {
  parent: profile::endpoint
  name: 'downloads'
  dependsOn: [downloads::origin]
  properties: {
    originGroup: {
      id: downloads.id
    }
    patternsToMatch: ['/bundles/*', '/files/*']
    supportedProtocols: ['Https']
    httpsRedirect: 'Disabled'
    forwardingProtocol: 'HttpsOnly'
    linkToDefaultDomain: 'Enabled'
    cacheConfiguration: {
      // The query is the permission to read: a cached file must not be served without it. It is the same for all devices of an hour.
      queryStringCachingBehavior: 'UseQueryString'
    }
  }
}

resource appRoute 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-06-01' = {
  parent: profile::endpoint
  name: 'app'
  dependsOn: [app::origin]
  properties: {
    originGroup: {
      id: app.id
    }
    patternsToMatch: ['/*']
    supportedProtocols: ['Https']
    httpsRedirect: 'Disabled'
    forwardingProtocol: 'HttpsOnly'
    linkToDefaultDomain: 'Enabled'
  }
}
