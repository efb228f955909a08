// The second phase: the app is told of uploads. Its key for Event Grid is there only after the code has run once, and Event Grid asks the app before
// it subscribes it. No dead letters: an upload whose event was lost is found by the timer `Sweep`.

targetScope = 'resourceGroup'

@description('Required. The function app, with its code.')
param appName string

@description('Required. The topic of the storage account.')
param storageTopicName string

// The names of functions/Bundles/IntakeFunction.cs and functions/Storage/StorageNames.cs; a test compares them.
var functionName = 'Intake'
var container = 'uploads'

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

// The host's keys have no type in Bicep.
#disable-next-line BCP081
resource host 'Microsoft.Web/sites/host@2025-03-01' existing = {
  parent: app
  name: 'default'
}

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' existing = {
  name: storageTopicName
}

resource subscription 'Microsoft.EventGrid/systemTopics/eventSubscriptions@2025-02-15' = {
  parent: topic
  name: functionName
  properties: {
    eventDeliverySchema: 'EventGridSchema'
    destination: {
      endpointType: 'WebHook'
      properties: {
        endpointUrl: 'https://${app.properties.defaultHostName}/runtime/webhooks/blobs?functionName=Host.Functions.${functionName}&code=${host.listKeys().systemKeys.blobs_extension}'
        minimumTlsVersionAllowed: '1.2'
      }
    }
    filter: {
      includedEventTypes: ['Microsoft.Storage.BlobCreated']
      subjectBeginsWith: '/blobServices/default/containers/${container}/'
    }
    retryPolicy: {
      maxDeliveryAttempts: 30
      eventTimeToLiveInMinutes: 1440
    }
  }
}
