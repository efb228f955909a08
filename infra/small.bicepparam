// A small fleet: up to a hundred thousand devices, one region, nothing that costs while nobody asks.
using 'main.bicep'

param name = 'updates'
param redundancy = 'Standard_ZRS'
param maximumInstanceCount = 40
param alertEmails = [readEnvironmentVariable('ALERT_EMAIL', 'operations@example.com')]

// Set by deploy.sh; see its first lines.
param pepper = readEnvironmentVariable('UPDATES_PEPPER', '')
param keyVersions = json(readEnvironmentVariable('UPDATES_KEY_VERSIONS', '{}'))
