using Serverless.Tests.Support.Hsm;
using Serverless.Tests.Support.Logs;

[assembly: AssemblyFixture(typeof(SoftHsm))]
[assembly: AssemblyFixture(typeof(NoSecretInAnyLog))]
