#!/usr/bin/env node
import * as cdk from 'aws-cdk-lib/core';
import { NetworkStack } from '../lib/network-stack';
import { OthersStack } from '../lib/others-stack';
import { ShopStack } from '../lib/shop-stack';
import { StorageStack } from '../lib/storage-stack';

const app = new cdk.App();
const env = { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION };

const storage = new StorageStack(app, 'Storage', { env });
new ShopStack(app, 'Shop', { env, invoices: storage.invoices });
new NetworkStack(app, 'Network', { env });
new OthersStack(app, 'Others', { env });

const beta = new cdk.Stage(app, 'Beta', { env });
new StorageStack(beta, 'Storage');
