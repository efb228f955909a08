// A large fleet: millions of devices, a second region for the data, a Front Door near the devices, storage and vault that only the app reaches.
using 'main.bicep'

param name = 'updates'
param tags = {
  service: 'updates'
  environment: 'production'
}
param redundancy = 'Standard_GZRS'
param recoveryDays = 30
param logRetentionDays = 90
param sealDays = 1825
param instanceMemoryMB = 2048
param maximumInstanceCount = 200
param alwaysReadyInstances = 2
param zoneRedundant = true
param frontDoor = 'Premium'
param privateEndpoints = true
param settings = {
  Bundles__MaxZipBytes: '536870912'
}
param alertEmails = [readEnvironmentVariable('ALERT_EMAIL', 'operations@example.com')]

// Set by deploy.sh; see its first lines.
param pepper = readEnvironmentVariable('UPDATES_PEPPER', '')
param keyVersions = json(readEnvironmentVariable('UPDATES_KEY_VERSIONS', '{}'))
param frontDoorNetworks = readEnvironmentVariable('UPDATES_FRONT_DOOR_NETWORKS', '')
