using Serverless.Tests.Dashboard;
using Serverless.Tests.Support.Logs;

[assembly: AssemblyFixture(typeof(NoSecretInAnyLog))]
[assembly: AssemblyFixture(typeof(EveryActIsPressed))]
