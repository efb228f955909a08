// One page that shows how the service does. Its tiles are in workbook.json.

import { textByName } from 'types.bicep'

@description('Required. Name that people see.')
param displayName string

@description('Required. Region.')
param location string

@description('Required. Tags.')
param tags textByName

@description('Required. Resource id of the Log Analytics workspace.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'updates')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: displayName
    sourceId: workspaceId
    serializedData: loadTextContent('workbook.json')
  }
}
