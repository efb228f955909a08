using Serverless.Tests.Support;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
