// What stands in a resource group before any app is deployed to Azure: a vault for secrets, and who deploys from GitHub.
targetScope = 'resourceGroup'

@description('The region.')
param location string = resourceGroup().location

@description('The object id, in Microsoft Entra, of whom secrets are stored by; empty: nobody is granted that here.')
param operatorId string = ''

@description('owner/repository whose workflow may deploy, by a federated credential and without stored keys; empty: nobody from there.')
param githubRepository string = ''

@description('The environment of that repository in which the workflow has to run.')
param githubEnvironment string = 'demo'

@description('Where it is told that the month of this group costs more; empty: nobody is told.')
param budgetMail string = ''

@description('What it may cost a month, in the currency of the subscription.')
param budgetAmount int = 5

@description('The first day of the month from which it is counted.')
param budgetFrom string = utcNow('yyyy-MM-01')

var tags = {
  faasade: 'foundation'
}
var contributor = 'b24988ac-6180-42a0-ab88-20f7382dd24c'
var grantsRoles = 'f58310d9-a9f6-439a-9e8d-f62e7b41a168'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: 'faasade${uniqueString(resourceGroup().id)}'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 7
  }
  tags: tags
}

resource operatorStoresSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(operatorId)) {
  name: guid(vault.id, operatorId, secretsOfficer)
  scope: vault
  properties: {
    principalId: operatorId
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

resource deployer 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = if (!empty(githubRepository)) {
  name: 'faasade-deployer'
  location: location
  tags: tags
}

// Only this repository, in this environment.
resource fromGithub 'Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials@2023-01-31' = if (!empty(githubRepository)) {
  parent: deployer
  name: 'github'
  properties: {
    issuer: 'https://token.actions.githubusercontent.com'
    subject: 'repo:${githubRepository}:environment:${githubEnvironment}'
    audiences: [
      'api://AzureADTokenExchange'
    ]
  }
}

resource deployerContributes 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(githubRepository)) {
  name: guid(resourceGroup().id, 'faasade-deployer', contributor)
  properties: {
    principalId: deployer!.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', contributor)
  }
}

// A deployment grants the app's identity what its functions declare: the roles that templates use, and no other.
resource deployerGrants 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(githubRepository)) {
  name: guid(resourceGroup().id, 'faasade-deployer', grantsRoles)
  properties: {
    principalId: deployer!.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', grantsRoles)
    conditionVersion: '2.0'
    condition: '((!(ActionMatches{\'Microsoft.Authorization/roleAssignments/write\'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {b7e6dc6d-f1e8-4753-8033-0f276bb0955b, ba92f5b4-2d11-453d-a403-e96b0029c9fe, 2a2b9908-6ea1-4ae2-8e65-a410df84e7d1, 19e7f393-937e-4f77-808e-94535e297925, 8a0f0c08-91a1-4084-bc3d-661d67233fed, c6a89b2d-59bc-44d0-9896-0f6e12d7b80a, 4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0, 69a216fc-b8fb-44d8-bc22-1f3c2cd27a39, a638d3c7-ab3a-418d-83e6-5f17a39d4fde, 2b629674-e913-4c01-ae53-ef4638d8f975, 4633458b-17de-408a-b874-0445c86b69e6, 3913510d-42f4-4e42-8a64-420c390055eb}))'
  }
}

// It looks whether the app's secrets are there, and with --create-secrets makes those that nobody has to know.
resource deployerStoresSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(githubRepository)) {
  name: guid(vault.id, 'faasade-deployer', secretsOfficer)
  scope: vault
  properties: {
    principalId: deployer!.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

resource budget 'Microsoft.Consumption/budgets@2023-11-01' = if (!empty(budgetMail)) {
  name: 'faasade'
  properties: {
    category: 'Cost'
    amount: budgetAmount
    timeGrain: 'Monthly'
    timePeriod: {
      startDate: budgetFrom
    }
    notifications: {
      spent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Actual'
        contactEmails: [
          budgetMail
        ]
      }
      expected: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: [
          budgetMail
        ]
      }
    }
  }
}

@description('For --set vaultName=…')
output vaultName string = vault.name

@description('For the variable AZURE_CLIENT_ID of the environment on GitHub.')
output deployerClientId string = empty(githubRepository) ? '' : deployer!.properties.clientId
