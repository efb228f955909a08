global using Serverless.Chaos.Acts;
global using Serverless.Chaos.Invariants;
