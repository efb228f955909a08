using Serverless.Tests.Storage;
using Serverless.Tests.Support;
using Serverless.Tests.Support.Hsm;
using Serverless.Tests.Support.Logs;

[assembly: AssemblyFixture(typeof(AzuriteFixture))]
[assembly: AssemblyFixture(typeof(KeyFolder))]
[assembly: AssemblyFixture(typeof(SoftHsm))]
[assembly: AssemblyFixture(typeof(NoSecretInAnyLog))]
